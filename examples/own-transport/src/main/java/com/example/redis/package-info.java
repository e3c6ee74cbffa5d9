/** A transport of one class, as an application writes it for a broker of its own. */
@NullMarked
package com.example.redis;

import org.jspecify.annotations.NullMarked;
