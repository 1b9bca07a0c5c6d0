import { hostname } from "node:os";
import { expect, test } from "vitest";
import { isGuessed, linkBase } from "../src/link-base.ts";

const unset = { NIGHTSHIFT_URL: undefined };
const given = { NIGHTSHIFT_URL: "https://nightshift.example/night" };

test.each(["http://0.0.0.0:8080", "http://[::]:8080"])("links of %s name the machine, as a guess", (listening) => {
  expect(linkBase(unset, listening)).toBe(`http://${hostname()}:8080`);
  expect(isGuessed(unset, listening)).toBe(true);
});

test.each([
  ["http://127.0.0.1:8080", false],
  ["http://[::1]:8080", false],
  ["http://10.0.0.7:8080", true],
])("links of %s name it, guessed: %s", (listening, guessed) => {
  expect([linkBase(unset, listening), isGuessed(unset, listening)]).toEqual([listening, guessed]);
});

test("NIGHTSHIFT_URL wins and is no guess", () => {
  expect(linkBase(given, "http://0.0.0.0:8080")).toBe(given.NIGHTSHIFT_URL);
  expect(isGuessed(given, "http://0.0.0.0:8080")).toBe(false);
});
