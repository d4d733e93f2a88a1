package dev.tiercache.operator.desired;

/** What is needed beside the resource itself to say what should be. */
public record Inputs(ImageDefaults images, Credentials credentials) {}
