/** Tests of the package of the same name. */
@NullMarked
package io.outbox4j.spring.rocketmq;

import org.jspecify.annotations.NullMarked;
