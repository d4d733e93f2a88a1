/** The dashboard as a person meets it: in a real browser, on a real service and a real Redis. */
@NullMarked
package dev.tiercache.service.page;

import org.jspecify.annotations.NullMarked;
