package com.example.orders;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Takes orders over HTTP. */
@SpringBootApplication
public class OrderApplication {

  public static void main(String[] arguments) {
    SpringApplication.run(OrderApplication.class, arguments);
  }
}
