@NullMarked
package io.outbox4j.consume;

import org.jspecify.annotations.NullMarked;
