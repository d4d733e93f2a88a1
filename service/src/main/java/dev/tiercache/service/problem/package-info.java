/** What is wrong with a request, as RFC 9457 says it: the one place that knows its texts and its form. */
@NullMarked
package dev.tiercache.service.problem;

import org.jspecify.annotations.NullMarked;
