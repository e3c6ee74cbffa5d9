/** Tests of the sending engine against a table in memory and a transport that answers as told. */
@NullMarked
package io.outbox4j.send;

import org.jspecify.annotations.NullMarked;
