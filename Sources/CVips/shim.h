// libvips, as Swift sees it. Only the Images target imports this module.
#pragma once

#include <vips/vips.h>
