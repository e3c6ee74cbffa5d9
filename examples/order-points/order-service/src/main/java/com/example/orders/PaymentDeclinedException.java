package com.example.orders;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ResponseStatus;

/** Rolls the order back. */
@ResponseStatus(HttpStatus.PAYMENT_REQUIRED)
final class PaymentDeclinedException extends RuntimeException {

  private static final long serialVersionUID = 1;

  PaymentDeclinedException(String orderId) {
    super("payment of order " + orderId + " was declined");
  }
}
