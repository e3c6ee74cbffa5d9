@NullMarked
package io.outbox4j.job;

import org.jspecify.annotations.NullMarked;
