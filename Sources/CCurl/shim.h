// libcurl, as Swift sees it. Only the Downloads target imports this module.
#pragma once

#include <curl/curl.h>

// curl_easy_setopt and curl_easy_getinfo take their last argument through "...", which Swift does not call:
// one function for each type of argument that Graft passes.

static inline CURLcode graft_curl_set_number(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode graft_curl_set_text(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode graft_curl_set_header_lines(CURL *handle, struct curl_slist *lines) {
    return curl_easy_setopt(handle, CURLOPT_HTTPHEADER, lines);
}

static inline CURLcode graft_curl_set_body_receiver(CURL *handle, curl_write_callback receive, void *context) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, receive);
    return code != CURLE_OK ? code : curl_easy_setopt(handle, CURLOPT_WRITEDATA, context);
}

static inline CURLcode graft_curl_set_head_receiver(CURL *handle, curl_write_callback receive, void *context) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, receive);
    return code != CURLE_OK ? code : curl_easy_setopt(handle, CURLOPT_HEADERDATA, context);
}

// Which protocols a transfer may speak, at first and after a redirection. The options took a set of bits before 7.85
// and take names since, the bits being deprecated.
static inline CURLcode graft_curl_allow_http(CURL *handle, int redirects_must_be_encrypted) {
#if LIBCURL_VERSION_NUM >= 0x075500
    CURLcode code = curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    if (code != CURLE_OK) return code;
    return curl_easy_setopt(
        handle, CURLOPT_REDIR_PROTOCOLS_STR, redirects_must_be_encrypted ? "https" : "http,https");
#else
    CURLcode code = curl_easy_setopt(handle, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
    if (code != CURLE_OK) return code;
    return curl_easy_setopt(
        handle, CURLOPT_REDIR_PROTOCOLS,
        (long)(redirects_must_be_encrypted ? CURLPROTO_HTTPS : CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}
