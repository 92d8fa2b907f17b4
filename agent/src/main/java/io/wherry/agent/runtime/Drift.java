package io.wherry.agent.runtime;

/**
 * One field of one object that is not as asked for.
 *
 * @param object {@code service/web}, {@code network/front}, {@code volume/data}, {@code file/etc/app.conf}
 * @param field  {@code image}, {@code environment.NAME}, {@code state}, {@code digest} …
 * @param wanted as asked for; of an environment value only a keyed hash
 * @param found  as it is; {@code missing} where there is nothing
 */
public record Drift(String object, String field, String wanted, String found) {}
