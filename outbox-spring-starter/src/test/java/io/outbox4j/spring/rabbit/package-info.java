/** Tests of the package of the same name. */
@NullMarked
package io.outbox4j.spring.rabbit;

import org.jspecify.annotations.NullMarked;
