/** The setting that a program wants, and what it writes then. */
export const inPrograms: [name: string, log: string][] = [
  [
    "database_url",
    `INFO:     loading settings
Traceback (most recent call last):
  File "/app/main.py", line 7, in <module>
    settings = Settings()
  File "/usr/local/lib/python3.12/site-packages/pydantic_settings/main.py", line 176, in __init__
    super().__init__(
pydantic_core._pydantic_core.ValidationError: 2 validation errors for Settings
database_url
  Field required [type=missing, input_value={}, input_type=dict]
    For further information visit https://errors.pydantic.dev/2.8/v/missing
redis_url
  Field required [type=missing, input_value={}, input_type=dict]
    For further information visit https://errors.pydantic.dev/2.8/v/missing`,
  ],
  [
    "api_token",
    `Traceback (most recent call last):
  File "/app/main.py", line 7, in <module>
    settings = Settings()
pydantic_core._pydantic_core.ValidationError: 2 validation errors for Settings
port
  Input should be a valid integer, unable to parse string as an integer [type=int_parsing, input_value='eighty', input_type=str]
    For further information visit https://errors.pydantic.dev/2.8/v/int_parsing
api_token
  Field required [type=missing, input_value={'port': 'eighty'}, input_type=dict]
    For further information visit https://errors.pydantic.dev/2.8/v/missing`,
  ],
  [
    "SMTP_HOST",
    `> app@1.0.0 start
> node dist/index.js

================================
 Invalid environment variables:
    PORT: Invalid number input: "abc"
 Missing environment variables:
    SMTP_HOST: Host of the relay
================================

 Exiting with error code 1`,
  ],
  [
    "JWT_SECRET",
    `================================
 Missing environment variables:
    JWT_SECRET: undefined
================================

 Exiting with error code 1`,
  ],
  [
    "STRIPE_KEY",
    `starting
ZodError: ✖ Invalid input: expected string, received undefined
  → at STRIPE_KEY`,
  ],
  [
    "STRIPE_KEY",
    `Invalid environment:
✖ Invalid input: expected string, received undefined
  → at STRIPE_KEY
✖ Invalid input: expected number, received NaN
  → at PORT`,
  ],
  [
    "AUTH_SECRET",
    `❌ Invalid environment variables: [
  {
    expected: 'string',
    code: 'invalid_type',
    path: [ 'AUTH_SECRET' ],
    message: 'Invalid input: expected string, received undefined'
  }
]
/app/.next/server/chunks/12.js:1
Error: Invalid environment variables
    at onValidationError (/app/env.js:3:11)`,
  ],
  [
    "AUTH_SECRET",
    `❌ Invalid environment variables: { AUTH_SECRET: [ 'Required' ] }
file:///app/env.mjs:40
      throw new Error("Invalid environment variables");
            ^

Error: Invalid environment variables
    at file:///app/env.mjs:40:13
Node.js v20.11.0`,
  ],
  [
    "DATABASE_URL",
    `thread 'main' panicked at src/main.rs:12:44:
DATABASE_URL: NotPresent
note: run with \`RUST_BACKTRACE=1\` environment variable to display a backtrace`,
  ],
  [
    "DATABASE_URL",
    `thread 'main' panicked at src/config.rs:8:10:
DATABASE_URL must be set: NotPresent
note: run with \`RUST_BACKTRACE=1\` environment variable to display a backtrace`,
  ],
  [
    "DATABASE_URL",
    `Error: failed to read env var DATABASE_URL

Caused by:
    environment variable not found`,
  ],
  [
    "",
    `thread 'main' panicked at src/main.rs:12:44:
called \`Result::unwrap()\` on an \`Err\` value: NotPresent
note: run with \`RUST_BACKTRACE=1\` environment variable to display a backtrace`,
  ],
  [
    "bind_addr",
    `thread 'main' panicked at src/main.rs:9:38:
called \`Result::unwrap()\` on an \`Err\` value: MissingValue("bind_addr")
note: run with \`RUST_BACKTRACE=1\` environment variable to display a backtrace`,
  ],
  ["bind_addr", `Error: missing value for field bind_addr`],
  [
    "KAFKA_BROKERS",
    `2026/11/27 10:00:01 starting consumer
2026/11/27 10:00:01 KAFKA_BROKERS must not be empty`,
  ],
  [
    "S3_BUCKET",
    `time="2026-11-27T10:00:01Z" level=info msg="starting exporter" version=1.2.3
time="2026-11-27T10:00:01Z" level=fatal msg="S3_BUCKET is required"`,
  ],
  [
    "AWS_REGION",
    `{"level":"info","ts":1732701601.2,"msg":"boot"}
{"level":"fatal","ts":1732701601.3,"msg":"config: missing required AWS_REGION"}`,
  ],
  ["TENANT_ID", `[2026-11-27 10:00:00] ERROR -- : TENANT_ID cannot be blank`],
  ["TENANT_ID", `fatal: TENANT_ID cannot be empty`],
  [
    "TENANT_ID",
    `Error: TENANT_ID should not be an empty string
    at load (/app/config.js:9:11)`,
  ],
];
