/** What the listeners of all brokers have in common on their way into the inbox. */
@NullMarked
package io.outbox4j.spring.listener;

import org.jspecify.annotations.NullMarked;
