/** Tests on a real Kubernetes, and the load client they run inside it. */
@NullMarked
package dev.tiercache.e2e;

import org.jspecify.annotations.NullMarked;
