/** Reconciles CacheDeployment resources into Redis and API workloads. */
@NullMarked
package dev.tiercache.operator;

import org.jspecify.annotations.NullMarked;
