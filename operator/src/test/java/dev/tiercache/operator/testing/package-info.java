/** What tests of several packages share. */
@NullMarked
package dev.tiercache.operator.testing;

import org.jspecify.annotations.NullMarked;
