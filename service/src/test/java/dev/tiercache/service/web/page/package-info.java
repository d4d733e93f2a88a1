/** Tests of the page's files. */
@NullMarked
package dev.tiercache.service.web.page;

import org.jspecify.annotations.NullMarked;
