// libzip, as Swift sees it. Only the WeightFiles target imports this module.
#pragma once

#include <zip.h>
