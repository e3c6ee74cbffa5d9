package io.outbox4j.docs.snippet.tutorial;

// snippet: class
import org.apache.kafka.clients.admin.NewTopic;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

@SpringBootApplication
public class ShopApplication {
  public static void main(String[] args) {
    SpringApplication.run(ShopApplication.class, args);
  }

  @Bean
  NewTopic orderCreated() {
    return new NewTopic("order-created", 1, (short) 1);
  }
}
// end
