package com.example.orders;

import java.net.URI;
import java.util.Map;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/orders")
class OrderController {

  private final Orders orders;

  OrderController(Orders orders) {
    this.orders = orders;
  }

  /** 201 when the order is committed, 402 when the payment was declined and all rolled back. */
  @PostMapping
  ResponseEntity<Void> place(
      @RequestBody Order order, @RequestParam(defaultValue = "false") boolean declined) {
    orders.place(order, declined);
    return ResponseEntity.created(URI.create("/orders/" + order.id())).build();
  }

  @GetMapping("/{id}")
  ResponseEntity<Void> find(@PathVariable String id) {
    return orders.exists(id) ? ResponseEntity.ok().build() : ResponseEntity.notFound().build();
  }

  @GetMapping
  Map<String, Long> count() {
    return Map.of("orders", orders.count());
  }
}
