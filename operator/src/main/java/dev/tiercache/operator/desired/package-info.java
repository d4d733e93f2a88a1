/**
 * What should be: pure functions from a resource and its inputs to Kubernetes objects and to the files of Redis. No
 * client, no clock, no randomness: the same input gives the same bytes.
 */
@NullMarked
package dev.tiercache.operator.desired;

import org.jspecify.annotations.NullMarked;
