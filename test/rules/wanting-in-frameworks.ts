/** The setting that a program wants, and what the framework that reads it writes then. */
export const inFrameworks: [name: string, log: string][] = [
  [
    "PAYMENTS_URL",
    `10:00:01.123 [main] ERROR io.micronaut.runtime.Micronaut - Error starting Micronaut server: Error instantiating bean of type  [com.acme.PayClient]

Message: Could not resolve placeholder \${PAYMENTS_URL}
Path Taken: new PayClient(String url) --> new PayClient([String url])
io.micronaut.context.exceptions.BeanInstantiationException: Error instantiating bean of type  [com.acme.PayClient]
	at io.micronaut.context.DefaultBeanContext.doCreate(DefaultBeanContext.java:2333)
Caused by: io.micronaut.context.exceptions.ConfigurationException: Could not resolve placeholder \${PAYMENTS_URL}
	at io.micronaut.context.env.DefaultPropertyPlaceholderResolver.resolve(D.java:10)`,
  ],
  [
    "payments.url",
    `__  ____  __  _____   ___  __ ____  ______ 
2026-11-27 10:00:02,345 ERROR [io.qua.run.Application] (main) Failed to start application: java.lang.RuntimeException: Failed to start quarkus
	at io.quarkus.runner.ApplicationImpl.doStart(Unknown Source)
Caused by: io.smallrye.config.ConfigValidationException: Configuration validation failed:
	java.util.NoSuchElementException: SRCFG00014: The config property payments.url is required but it could not be found in any config source
	at io.smallrye.config.ConfigMappings.configMapping(ConfigMappings.java:10)`,
  ],
  [
    "PAY_URL",
    `2026-11-27 10:00:02,345 ERROR [io.quarkus.runtime.Application] (main) Failed to start application: java.util.NoSuchElementException: SRCFG00011: Could not expand value PAY_URL in property payments.url
	at io.smallrye.config.ConfigMessages.x(Unknown)`,
  ],
  [
    "PAY_URL",
    `2026-11-27T10:00:02.100Z ERROR 1 --- [main] o.s.boot.SpringApplication : Application run failed

org.springframework.beans.factory.BeanCreationException: Error creating bean with name 'payClient': Injection of autowired dependencies failed
	at org.springframework.beans.factory.annotation.AutowiredAnnotationBeanPostProcessor.postProcessProperties(A.java:514)
Caused by: java.lang.IllegalArgumentException: Could not resolve placeholder 'PAY_URL' in value "\${PAY_URL}"
	at org.springframework.util.PropertyPlaceholderHelper.parseStringValue(P.java:180)`,
  ],
  [
    "PAY_URL",
    `2026-11-27T10:00:02.100Z ERROR 1 --- [main] o.s.boot.SpringApplication : Application run failed

org.springframework.util.PlaceholderResolutionException: Could not resolve placeholder 'PAY_URL' in value "\${PAY_URL}" <-- "\${pay.url}"
	at org.springframework.util.PlaceholderResolutionException.withValue(P.java:81)`,
  ],
  [
    "DB_DSN",
    `panic: fatal error config: required environment variable "DB_DSN" is not set

goroutine 1 [running]:
main.main()
	/src/main.go:12 +0x1b`,
  ],
  ["DB_DSN", `2026/11/27 10:00:00 env: required environment variable "DB_DSN" is not set`],
  ["DB_DSN", `2026/11/27 10:00:00 failed to parse config: env: environment variable "DB_DSN" should not be empty`],
  ["APP_DSN", `2026/11/27 10:00:00 required key APP_DSN missing value`],
  [
    "APP_TIMEOUT",
    `2026/11/27 10:00:00 envconfig.Process: assigning APP_TIMEOUT to Timeout: converting '30' to type time.Duration. details: time: missing unit in duration "30"`,
  ],
  ["DB_DSN", `{"severity":"ERROR","message":"setup failed: DSN: missing required value: DB_DSN"}`],
  [
    "APP_KEY",
    `   INFO  Server running on [http://0.0.0.0:8000].

In EncryptionServiceProvider.php line 79:
                                                  
  No application encryption key has been specified.`,
  ],
  [
    "DB_HOST",
    `PHP Fatal error:  Uncaught Dotenv\\Exception\\ValidationException: One or more environment variables failed assertions: DB_HOST is missing. in /app/vendor/vlucas/phpdotenv/src/Validator.php:208
Stack trace:
#0 /app/vendor/vlucas/phpdotenv/src/Validator.php(30): Dotenv\\Validator->assert()
  thrown in /app/vendor/vlucas/phpdotenv/src/Validator.php on line 208`,
  ],
  [
    "MAILER_DSN",
    `PHP Fatal error:  Uncaught Symfony\\Component\\DependencyInjection\\Exception\\EnvNotFoundException: Environment variable not found: "MAILER_DSN". in /app/vendor/symfony/dependency-injection/EnvVarProcessor.php:224
Stack trace:
#0 {main}
  thrown in /app/vendor/symfony/dependency-injection/EnvVarProcessor.php on line 224`,
  ],
  [
    "Smtp:Host",
    `Unhandled exception. Microsoft.Extensions.Options.OptionsValidationException: DataAnnotation validation failed for 'SmtpOptions' members: 'Host' with the error: 'The Host field is required.'.
   at Microsoft.Extensions.Options.OptionsFactory\`1.Create(String name)
   at Microsoft.Extensions.Hosting.Internal.Host.StartAsync(CancellationToken)`,
  ],
  [
    "SECRET_KEY_BASE",
    `=> Booting Puma
/usr/local/bundle/gems/railties-7.1.3/lib/rails/application.rb:700:in \`validate_secret_key_base': Missing \`secret_key_base\` for 'production' environment, set this string with \`bin/rails credentials:edit\` (ArgumentError)
	from /usr/local/bundle/gems/railties-7.1.3/lib/rails/application.rb:499:in \`secret_key_base'`,
  ],
  [
    "RAILS_MASTER_KEY",
    `=> Booting Puma
/usr/local/bundle/gems/activesupport-7.1/lib/active_support/encrypted_configuration.rb:50:in \`rescue in read': Missing encryption key to decrypt file with. Ask your team for your master key and write it to /rails/config/master.key or put it in the ENV['RAILS_MASTER_KEY']. (ActiveSupport::EncryptedFile::MissingKeyError)
	from /app/config/application.rb:1`,
  ],
  [
    "SECRET_KEY",
    `Traceback (most recent call last):
  File "/app/manage.py", line 22, in <module>
    main()
django.core.exceptions.ImproperlyConfigured: The SECRET_KEY setting must not be empty.`,
  ],
  [
    "DJANGO_DB",
    `Traceback (most recent call last):
  File "/app/manage.py", line 22, in <module>
    main()
django.core.exceptions.ImproperlyConfigured: Set the DJANGO_DB environment variable`,
  ],
  [
    "DEBUG_TOKEN",
    `Traceback (most recent call last):
  File "/app/settings.py", line 22, in <module>
    TOKEN = config('DEBUG_TOKEN')
decouple.UndefinedValueError: DEBUG_TOKEN not found. Declare it as envvar or define a default value.`,
  ],
  [
    "PORTAL_URL",
    `Traceback (most recent call last):
  File "/app/settings.py", line 22, in <module>
    TOKEN = env.str('PORTAL_URL')
environs.exceptions.EnvError: Environment variable "PORTAL_URL" not set`,
  ],
  [
    "API_BASE",
    `[Nest] 1  - 11/27/2026, 10:00:00 AM     LOG [NestFactory] Starting Nest application...
/app/node_modules/@nestjs/config/dist/config.module.js:92
                throw new Error(\`Config validation error: \${error.message}\`);
                ^

Error: Config validation error: "API_BASE" is required
    at ConfigModule.forRoot (/app/node_modules/@nestjs/config/dist/config.module.js:92:23)`,
  ],
  [
    "PG_PASS",
    `/app/node_modules/env-var/lib/variable.js:49
    throw new EnvVarError(msg)
    ^

EnvVarError: env-var: "PG_PASS" is a required variable, but it was not set
    at Object.raiseError (/app/node_modules/env-var/lib/variable.js:10:1)`,
  ],
  [
    "dbUrl",
    `Exception in thread "main" com.sksamuel.hoplite.ConfigException: Error loading config because:

    - Could not instantiate 'com.acme.Cfg' because:
    
        - 'dbUrl': Missing from config
	at com.sksamuel.hoplite.ConfigLoader.x(ConfigLoader.kt:10)`,
  ],
  [
    "db.url",
    `Exception in thread "main" com.typesafe.config.ConfigException$Missing: system properties: No configuration setting found for key 'db.url'
	at com.typesafe.config.impl.SimpleConfig.findKeyOrNull(SimpleConfig.java:156)`,
  ],
  [
    "DB_URL",
    `com.typesafe.config.ConfigException$UnresolvedSubstitution: application.conf @ jar:file:/app/app.jar!/application.conf: 4: Could not resolve substitution to a value: \${DB_URL}
	at com.typesafe.config.impl.ConfigReference.resolveSubstitutions(C.java:100)`,
  ],
  [
    "SECRET_KEY_BASE",
    `ERROR! Config provider Config.Reader failed with:
** (RuntimeError) environment variable SECRET_KEY_BASE is missing.
You can generate one by calling: mix phx.gen.secret

    /app/releases/0.1.0/runtime.exs:20: (file)
Runtime terminating during boot ({...})`,
  ],
  [
    "DATABASE_URL",
    `ERROR! Config provider Config.Reader failed with:
** (System.EnvError) could not fetch environment variable "DATABASE_URL" because it is not set
    (elixir 1.16.0) lib/system.ex:706: System.fetch_env!/1`,
  ],
  [
    "VAULT_ADDR",
    `==> Vault agent configuration:
error: VAULT_ADDR is unset`,
  ],
  [
    "APP_DSN",
    `Usage: main.py [OPTIONS]
Try 'main.py --help' for help.

Error: Missing option '--dsn' (env var: 'APP_DSN').`,
  ],
];
