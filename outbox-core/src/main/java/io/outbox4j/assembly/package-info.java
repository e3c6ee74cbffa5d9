/**
 * Puts the parts together. The one package that sees all others; what it hands out are the types of
 * the API.
 */
@NullMarked
package io.outbox4j.assembly;

import org.jspecify.annotations.NullMarked;
