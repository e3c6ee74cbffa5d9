/**
 * Reads both services' tables by plain JDBC and says what was lost, invented or doubled. Nothing of
 * the library may enter: the judge must not lean on the judged.
 */
@NullMarked
package com.example.ledger;

import org.jspecify.annotations.NullMarked;
