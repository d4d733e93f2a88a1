/** The document of the API, by OpenAPI 3.1. */
@NullMarked
package dev.tiercache.service.web.openapi;

import org.jspecify.annotations.NullMarked;
