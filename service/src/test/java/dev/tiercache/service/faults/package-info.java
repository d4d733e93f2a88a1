/** Tests of the service under a steady load while its Redis fails in every way that is known. */
@NullMarked
package dev.tiercache.service.faults;

import org.jspecify.annotations.NullMarked;
