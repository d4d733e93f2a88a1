/** The page at {@code /dashboard}: one file of HTML, one of CSS, and modules that a browser runs as they are. */
@NullMarked
package dev.tiercache.service.web.page;

import org.jspecify.annotations.NullMarked;
