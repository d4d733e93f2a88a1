/** A Kubernetes in a Docker engine, for machines that have one. */
@NullMarked
package dev.tiercache.e2e.cluster;

import org.jspecify.annotations.NullMarked;
