package com.example.points;

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

  /** Makes objects of the messages' JSON. */
  @Bean
  RecordMessageConverter converter() {
    return new ByteArrayJacksonJsonMessageConverter();
  }
}
