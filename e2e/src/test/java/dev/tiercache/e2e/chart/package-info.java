/** The Helm chart, rendered and judged without a cluster. */
@NullMarked
package dev.tiercache.e2e.chart;

import org.jspecify.annotations.NullMarked;
