import { expect, test } from "vitest";
import { isLocalUrl } from "./is-local-url.js";

test.each([
  "http://localhost:11434/v1",
  "http://127.0.0.1:1234/v1",
  "http://[::1]:8000/v1",
  "http://ollama:11434/v1",
  "http://host.docker.internal:11434/v1",
  "http://192.168.1.20:8000/v1",
  "http://172.20.0.3:8000",
  "http://10.1.2.3",
])("%s is ours", (url) => {
  expect(isLocalUrl(url)).toBe(true);
});

test.each([
  "https://api.openai.com/v1",
  "https://172.32.0.1",
  "https://8.8.8.8",
  "https://localhost.example.com",
  null,
])("%s is not", (url) => {
  expect(isLocalUrl(url)).toBe(false);
});
