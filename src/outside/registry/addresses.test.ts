import { expect, test } from "vitest";
import { hasPublicName, isLinkLocal, isPublicAddress } from "./addresses.ts";

test.each([
  ["8.8.8.8", true],
  ["172.32.0.1", true],
  ["2606:4700::1111", true],
  ["::ffff:8.8.8.8", true],
  ["64:ff9b::808:808", true],
  ["127.0.0.1", false],
  ["0.0.0.0", false],
  ["10.1.2.3", false],
  ["172.31.255.255", false],
  ["192.168.0.1", false],
  ["100.100.100.200", false],
  ["169.254.169.254", false],
  ["255.255.255.255", false],
  ["239.1.1.1", false],
  ["::", false],
  ["::1", false],
  ["fd12::1", false],
  ["fe80::1%eth0", false],
  ["ff02::1", false],
  ["::ffff:10.0.0.1", false],
  ["::ffff:7f00:1", false],
  ["64:ff9b::a00:1", false],
  ["2002:7f00:1::", false],
  ["", false],
  ["charts.example", false],
])("%s is public: %s", (address, isPublic) => {
  expect(isPublicAddress(address)).toBe(isPublic);
});

test.each([
  ["169.254.169.254", true],
  ["::ffff:a9fe:a9fe", true],
  ["fe80::1", true],
  ["fd00:ec2::254", true],
  ["10.0.0.1", false],
  ["8.8.8.8", false],
])("%s is link-local: %s", (address, linkLocal) => {
  expect(isLinkLocal(address)).toBe(linkLocal);
});

test.each([
  ["charts.example.org", true],
  ["8.8.8.8", true],
  ["[::1]", false],
  ["127.0.0.1", false],
  ["localhost", false],
  ["a.localhost", false],
  ["chartmuseum", false],
  ["charts.corp.internal", false],
  ["nas.local.", false],
])("%s has a public name: %s", (host, isPublic) => {
  expect(hasPublicName(host)).toBe(isPublic);
});
