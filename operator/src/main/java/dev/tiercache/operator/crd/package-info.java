/** The published API: the custom resource CacheDeployment as records. Depends on nothing else of the operator. */
@NullMarked
package dev.tiercache.operator.crd;

import org.jspecify.annotations.NullMarked;
