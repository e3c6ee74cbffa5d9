@NullMarked
package io.outbox4j.testkit;

import org.jspecify.annotations.NullMarked;
