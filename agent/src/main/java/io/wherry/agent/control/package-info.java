/**
 * Beside the stages: the Unix socket by which {@code wherry-agent status|sync|pause} speak to a running daemon.
 *
 * <p>Takes one line of JSON, gives one line of JSON. There is no TCP or UDP port: who may open the socket's file may use it.
 */
@NullMarked
package io.wherry.agent.control;

import org.jspecify.annotations.NullMarked;
