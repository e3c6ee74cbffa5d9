package com.example.points;

import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

@RestController
class PointsController {

  private final Points points;

  PointsController(Points points) {
    this.points = points;
  }

  @GetMapping("/points/{customer}")
  Map<String, Long> of(@PathVariable String customer) {
    return Map.of("points", points.of(customer));
  }
}
