/** What runs on the platform, and the trades it serves: payments, shops, mail, data, identity, phones, halls. */
export const applications = `
settlement: ledger | settlement | settlements | payout | payouts | paid out | unmatched | merchants | merchant | sellers | seller | bank statement | get their money | books do not match | balance mismatch | bookkeeping | accounting
callback: callback | callbacks | payment webhook | invalid signature | replay events | resend events | missed events
duplicate: twice | two times | duplicate | duplicates | duplicated | double | idempotency | idempotent | more than once | same order again | charged again
bank-card: bank | acquirer | issuer | 3 d secure | three d secure | 3ds | declined | refund | refunds | chargeback
cdn: cdn | fastly | cloudflare | akamai | cloudfront | purge | old assets | outdated scripts | old javascript | chunk | blank screen | blank page | white page | page stays white | edge cache | cached pages | old pages
attack: ddos | flooded | botnet | bots | brute force | credential stuffing | scrapers | denial of service | hammers | hammered | attackers | flood of requests
waf: waf | web application firewall | request blocked | blocked request | blocks legitimate | false positive | protection in front | turned away | sql injection
figures: figures | kpi | dbt | fivetran | business intelligence | morning figures | no numbers | numbers are missing | board reads | management report | management dashboard | dashboard has no
capture: change data capture | cdc | debezium | connector | confirmed_flush_lsn | logical decoding | replication slot
schema: schema | avro | protobuf | message format | incompatible | compatibility | removed field | deleted field | attribute | serialization | serializationexception
election: election | elections | elects | electing | new leader | primary keeps changing | primary stepped down | leader changed | keeps changing
parts: too many parts | merges | column store | columnar | clickhouse | small inserts | tiny inserts | tiny writes | row by row | small batches
sign-in: sso | single sign on | sign in | sign on | log in | login | saml | oidc | openid | identity provider | idp | okta | keycloak | locked out | cannot log in
joiners: scim | new starter | new starters | joiner | joiners | leaver | leavers | left the company | no account | no accounts | deprovision | hr system | people directory | began on
exposed: leaked | credential leaked | exposed | public repository | compromised | breach | revoke | revoked | secret scanning | access key | stolen | laptop lost | lost laptop | pushed a password | committed secret | git push
push: push notification | push notifications | push messages | apns | fcm | iphone | iphones | firebase | device token | notifications do not arrive | notifications not delivered
mobile-app: old app | app version | app versions | outdated app | mobile app | android | ios | app store | crashlytics | forced update | force update | mobile clients | crash free
printing: printer | printers | print | prints | printing | label station | labels | label | stickers | sticker | cups | zebra | lpstat
handheld: scanner | scanners | barcode | barcodes | handheld | mqtt | mosquitto | wi fi | reconnect
catalogue: missing from search | price differs | prices differ | wrong price | wrong prices | reindex | indexer | catalogue | result list | products missing | price | prices
runners: runner | runners | builds wait | jobs wait | waiting for a runner | build agents | builds sit | builds queue | ci jobs | build queue | sit in line
unfinished: another operation in progress | pending upgrade | pending install | cancelled pipeline | interrupted upgrade | aborted upgrade | mid way
state-lock: state lock | state locked | state is locked | force unlock | terraform | tofu | infrastructure as code | acquiring the state lock
storm: alert storm | alert flood | many alerts | many alarms | hundreds of alerts | hundreds of pages | hundred alarms | pages at once | alarms at the same time | everything alerts
watchdog: watchdog | dead man | deadman | snitch | we are blind | monitoring is dead | no alerts arrive
log-volume: ingestion rate | too many logs | debug level | log volume | log level | logs too much
conversion: conversion | funnel | fewer orders | fewer people | fewer purchases | orders drop | sales drop | abandoned basket | finish their purchase | people leave
bounce: bounce | bounces | spam | junk | junk folder | newsletter | newsletters | dkim | spf | dmarc | postfix | deliverability | sending paused | blocklisted | bulk mail
erp: erp | oracle | bare metal | legacy
`;
