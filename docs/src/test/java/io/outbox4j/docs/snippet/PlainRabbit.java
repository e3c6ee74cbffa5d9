package io.outbox4j.docs.snippet;

import com.rabbitmq.client.ConnectionFactory;
import io.outbox4j.assembly.Outbox4j;
import io.outbox4j.rabbit.RabbitTransport;
import javax.sql.DataSource;
import org.springframework.transaction.PlatformTransactionManager;

final class PlainRabbit {

  // snippet: transport
  Outbox4j outbox(DataSource dataSource, PlatformTransactionManager transactions) {
    var factory = new ConnectionFactory();
    factory.setHost("rabbit.internal");
    factory.setVirtualHost("orders");
    return Outbox4j.builder(dataSource, transactions)
        .transport("rabbitmq", RabbitTransport.of(factory))
        .build();
  }
  // end
}
