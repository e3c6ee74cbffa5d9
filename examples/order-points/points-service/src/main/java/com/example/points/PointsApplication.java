package com.example.points;

import org.springframework.amqp.support.converter.JacksonJsonMessageConverter;
import org.springframework.amqp.support.converter.MessageConverter;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.kafka.support.converter.ByteArrayJacksonJsonMessageConverter;
import org.springframework.kafka.support.converter.RecordMessageConverter;

/** Gives points for orders. */
@SpringBootApplication
public class PointsApplication {

  public static void main(String[] arguments) {
    SpringApplication.run(PointsApplication.class, arguments);
  }

  /** Makes objects of the JSON of Kafka's messages. */
  @Bean
  RecordMessageConverter kafkaConverter() {
    return new ByteArrayJacksonJsonMessageConverter();
  }

  /** Makes objects of the JSON of RabbitMQ's messages. */
  @Bean
  MessageConverter rabbitConverter() {
    return new JacksonJsonMessageConverter();
  }
}
