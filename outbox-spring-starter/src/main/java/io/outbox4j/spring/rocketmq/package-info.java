/**
 * What needs RocketMQ: transports made from {@code rocketmq.*}, and idempotent beans with
 * {@code @RocketMQMessageListener}.
 *
 * <p>Loaded only when rocketmq-spring-boot is on the class path.
 */
@NullMarked
package io.outbox4j.spring.rocketmq;

import org.jspecify.annotations.NullMarked;
