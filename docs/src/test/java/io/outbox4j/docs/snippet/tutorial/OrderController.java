package io.outbox4j.docs.snippet.tutorial;

// snippet: class
import io.outbox4j.Outbox;
import io.outbox4j.OutboxMessage;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
class OrderController {

  private final JdbcTemplate jdbc;
  private final Outbox outbox;

  OrderController(JdbcTemplate jdbc, Outbox outbox) {
    this.jdbc = jdbc;
    this.outbox = outbox;
  }

  @PostMapping("/orders/{customer}")
  @Transactional
  public String place(@PathVariable String customer) {
    String id = UUID.randomUUID().toString();
    jdbc.update("INSERT INTO orders (id, customer) VALUES (?, ?)", id, customer);
    outbox.publish(
        OutboxMessage.to("order-created")
            .key(customer)
            .businessId(id)
            .payload(Map.of("order", id, "customer", customer))
            .build());
    return id;
  }
}
// end
