import { describe, expect, test } from "vitest";
import { uncaughtIn } from "../../src/rules/logs/uncaught.ts";

const lines = (text: string): string[] => text.split("\n").slice(1);

const springPort = lines(`
2026-11-27T08:00:00.100Z  INFO 1 --- [main] o.s.b.w.embedded.tomcat.TomcatWebServer  : Tomcat initialized with port 8080 (http)

***************************
APPLICATION FAILED TO START
***************************

Description:

Web server failed to start. Port 8080 was already in use.

Action:

Identify and stop the process that's listening on port 8080 or configure this application to listen on another port.`);

const springSource = lines(`
2026-11-27T08:00:01.201Z ERROR 1 --- [main] o.s.b.d.LoggingFailureAnalysisReporter   :

***************************
APPLICATION FAILED TO START
***************************

Description:

Failed to configure a DataSource: 'url' attribute is not specified and no embedded datasource could be configured.

Reason: Failed to determine a suitable driver class


Action:

Consider the following:
	If you want an embedded database (H2, HSQL or Derby), please put it on the classpath.
	If there is an error with the settings of a profile, activate it (no profiles are currently active).`);

const springProperty = lines(`
APPLICATION FAILED TO START
***************************

Description:

Binding to target [Bindable@1 type = com.corp.PayProperties] failed:

    Property: pay.url
    Value: ""
    Reason: must not be blank

Action:

Update your application's configuration`);

const springBean = lines(`
2026-11-27T08:00:01.001Z ERROR 1 --- [           main] o.s.boot.SpringApplication               : Application run failed

org.springframework.beans.factory.BeanCreationException: Error creating bean with name 'entityManagerFactory'
	at com.corp.Main.main(Main.java:12)
Caused by: jakarta.persistence.PersistenceException: [PersistenceUnit: default] Unable to build Hibernate SessionFactory
	at org.hibernate.jpa.boot.internal.X.y(X.java:1)
	... 15 common frames omitted
Caused by: org.hibernate.tool.schema.spi.SchemaManagementException: Schema-validation: missing column [vat_id] in table [customer]
	at org.hibernate.tool.schema.internal.AbstractSchemaValidator.validateTable(AbstractSchemaValidator.java:145)
	... 20 common frames omitted`);

const jvmOption = lines(`
Picked up JAVA_TOOL_OPTIONS: -XX:+UseConcMarkSweepGC
Unrecognized VM option 'UseConcMarkSweepGC'
Error: Could not create the Java Virtual Machine.
Error: A fatal exception has occurred. Program will exit.`);

const jvmHeap = lines(`
Error occurred during initialization of VM
Initial heap size set to a larger value than the maximum heap size`);

const mysql = lines(`
2026-11-27T08:00:00.001Z 0 [System] [MY-010116] [Server] /usr/sbin/mysqld (mysqld 8.0.36) starting as process 1
2026-11-27T08:00:01.001Z 1 [ERROR] [MY-012574] [InnoDB] Unable to lock ./ibdata1 error: 11
2026-11-27T08:00:01.003Z 1 [ERROR] [MY-010334] [Server] Failed to initialize DD Storage Engine
2026-11-27T08:00:01.004Z 0 [ERROR] [MY-010020] [Server] Data Dictionary initialization failed.
2026-11-27T08:00:01.005Z 0 [ERROR] [MY-010119] [Server] Aborting
2026-11-27T08:00:02.005Z 0 [System] [MY-010910] [Server] /usr/sbin/mysqld: Shutdown complete (mysqld 8.0.36)  MySQL Community Server - GPL.`);

const mariadb = lines(`
2026-11-27  8:00:00 0 [Note] mariadbd (server 10.11.6-MariaDB) starting as process 1 ...
2026-11-27  8:00:01 0 [ERROR] InnoDB: Upgrade after a crash is not supported. The redo log was created with MariaDB 10.5.8.
2026-11-27  8:00:01 0 [ERROR] InnoDB: Plugin initialization aborted with error Generic error
2026-11-27  8:00:01 0 [ERROR] Plugin 'InnoDB' init function returned error.
2026-11-27  8:00:01 0 [ERROR] Unknown/unsupported storage engine: InnoDB
2026-11-27  8:00:01 0 [ERROR] Aborting`);

const redisConfig = lines(`
*** FATAL CONFIG FILE ERROR (Redis 7.0.15) ***
Reading the configuration file, at line 3
>>> 'maxmemory-polizy allkeys-lru'
Bad directive or wrong number of arguments`);

const redisDump = lines(`
1:C 27 Nov 2026 08:00:01.001 * oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo
1:M 27 Nov 2026 08:00:01.002 # Warning: Could not create server TCP listening socket ::*:6379: unable to bind socket
1:M 27 Nov 2026 08:00:01.003 # WARNING Memory overcommit must be enabled!
1:M 27 Nov 2026 08:00:01.004 # Can't handle RDB format version 11
1:M 27 Nov 2026 08:00:01.004 # Fatal error loading the DB, check server logs. Exiting.`);

const redisAppend = lines(`
1:C 27 Nov 2026 08:00:01.001 * oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo
1:M 27 Nov 2026 08:00:01.003 # Can't open or create append-only dir appendonlydir: Permission denied`);

const rabbit = lines(`
BOOT FAILED
===========
ERROR: epmd error for host rabbit-0: nxdomain (non-existing domain)`);

const elastic = lines(`
[2026-11-27T08:00:01,001][ERROR][o.e.b.Elasticsearch      ] [es-0] node validation exception
[1] bootstrap checks failed. You must address the points described in the following [1] lines before starting Elasticsearch.
bootstrap check failure [1] of [1]: max virtual memory areas vm.max_map_count [65530] is too low, increase to at least [262144]
ERROR: Elasticsearch did not exit normally - check the logs at /usr/share/elasticsearch/logs/es.log`);

const gunicorn = lines(`
[2026-11-27 08:00:01 +0000] [7] [ERROR] Exception in worker process
Traceback (most recent call last):
  File "/app/wsgi.py", line 3, in <module>
    from shop.tax import rates
ImportError: cannot import name 'rates' from 'shop.tax' (/app/shop/tax.py)
[2026-11-27 08:00:01 +0000] [7] [INFO] Worker exiting (pid: 7)
[2026-11-27 08:00:02 +0000] [1] [ERROR] Worker (pid:7) exited with code 3
[2026-11-27 08:00:02 +0000] [1] [ERROR] Shutting down: Master
[2026-11-27 08:00:02 +0000] [1] [ERROR] Reason: Worker failed to boot.`);

const perl = lines(`
Can't locate DBD/Pg.pm in @INC (you may need to install the DBD::Pg module) (@INC contains: /etc/perl) at /app/worker.pl line 4.
BEGIN failed--compilation aborted at /app/worker.pl line 4.`);

const cpp = lines(`
terminate called after throwing an instance of 'std::runtime_error'
  what():  config: cannot parse line 12
Aborted (core dumped)`);

const node = lines(`
/app/server.js:9
  throw new Error("start failed", { cause });
Error: start failed
    at Object.<anonymous> (/app/server.js:9:9) {
  [cause]: TypeError: plan.map is not a function
      at build (/app/plan.js:3:8)
}`);

const anyhow = lines(`
Error: cannot start
Caused by:
    0: reading the routes
    1: expected a comma at line 3 column 7`);

describe("the line that decides is quoted", () => {
  test.each([
    ["Spring's description", springPort, /^Web server failed to start\. Port 8080 was already in use\.$/, "port-taken"],
    ["Spring's description above its advice", springSource, /^Failed to configure a DataSource/, undefined],
    ["the reason of a setting", springProperty, /^Reason: must not be blank$/, undefined],
    ["the last cause of a JVM trace", springBean, /^Caused by: .*SchemaManagementException/, undefined],
    ["the option that the JVM does not know", jvmOption, /^Unrecognized VM option/, undefined],
    ["what the JVM could not set up", jvmHeap, /^Initial heap size set/, undefined],
    ["the first error of mysqld", mysql, /Unable to lock \.\/ibdata1/, undefined],
    ["the first error of MariaDB", mariadb, /Upgrade after a crash is not supported/, undefined],
    ["the directive that Redis refuses", redisConfig, /^Bad directive/, undefined],
    ["what Redis cannot load", redisDump, /Can't handle RDB format version 11/, undefined],
    ["what Redis may not write", redisAppend, /Can't open or create append-only dir/, "permission"],
    ["the error below RabbitMQ's title", rabbit, /^ERROR: epmd error/, undefined],
    ["Elasticsearch's failed check", elastic, /^bootstrap check failure/, "descriptors"],
    ["the error of a gunicorn worker", gunicorn, /^ImportError: cannot import name/, undefined],
    ["Perl's missing module", perl, /^Can't locate DBD\/Pg\.pm/, "module"],
    ["what a C++ exception says", cpp, /^what\(\): {2}config: cannot parse line 12$/, undefined],
    ["the cause that Node prints", node, /^\[cause\]: TypeError: plan\.map/, undefined],
    ["the last of anyhow's causes", anyhow, /^1: expected a comma/, undefined],
  ])("%s", (_, text, line, kind) => {
    const error = uncaughtIn(text);

    expect(error?.line).toMatch(line);
    expect(error?.lack?.kind).toBe(kind);
    expect(error?.survived).toBe(false);
  });

  test("a setting's name is said with its reason, and a directive with what is wrong with it", () => {
    expect(uncaughtIn(springProperty)?.origin).toBe("Property: pay.url");
    expect(uncaughtIn(redisConfig)?.origin).toBe("'maxmemory-polizy allkeys-lru'");
  });

  test.each([
    ["mysqld that reported an error and runs", mysql.filter((line) => !/Aborting|Shutdown/.test(line)).slice(0, 2)],
    ["a report of an earlier start", [...jvmOption, "panic: index out of range"]],
  ])("but not as a report of a failed start: %s", (_, text) => {
    expect(uncaughtIn(text)?.until).toBeUndefined();
  });
});
