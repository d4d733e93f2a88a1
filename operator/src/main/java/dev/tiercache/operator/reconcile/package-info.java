/** The story of one reconciliation, and the one applier of Kubernetes objects. */
@NullMarked
package dev.tiercache.operator.reconcile;

import org.jspecify.annotations.NullMarked;
