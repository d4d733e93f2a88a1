/** The load client: steady HTTP load from inside the cluster, and an account of every answer. */
@NullMarked
package dev.tiercache.e2e.client;

import org.jspecify.annotations.NullMarked;
