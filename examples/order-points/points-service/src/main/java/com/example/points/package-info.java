/** The points service: one listener, and one table of entries. */
@NullMarked
package com.example.points;

import org.jspecify.annotations.NullMarked;
