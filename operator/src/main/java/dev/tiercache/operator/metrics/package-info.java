/** What the operator tells Prometheus about itself. */
@NullMarked
package dev.tiercache.operator.metrics;

import org.jspecify.annotations.NullMarked;
