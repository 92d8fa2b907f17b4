package io.wherry.hub;

import io.wherry.base.ExitCode;
import io.wherry.base.SdNotify;
import io.wherry.base.ShutdownHook;
import io.wherry.base.Version;
import io.wherry.hub.agentapi.AgentPortException;
import io.wherry.hub.api.ApiPortException;
import io.wherry.hub.configuration.ConfigurationException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code wherry-hub serve}: runs until a signal comes. Tells the service manager when it is ready. */
@Command(name = "serve", description = "Runs the hub.")
final class ServeCommand implements Callable<Integer> {
    private static final Logger LOG = System.getLogger(ServeCommand.class.getName());

    @ParentCommand
    private HubMain main = new HubMain(Clock.systemUTC(), Map.of());

    @Mixin
    private ConfigOptions options = new ConfigOptions();

    @Option(
            names = "--config-repo",
            paramLabel = "URL",
            description = "The repository that declares the hub's own resources: --set configuration.url=URL.")
    private Optional<String> repository = Optional.empty();

    @Override
    public Integer call() throws InterruptedException {
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        Instant begin = main.clock().instant();
        options.folder().requireOwn();
        options.folder().requireClosed();
        HubConfig config = options.read(
                main.environment(),
                repository.map(url -> "configuration.url=" + url).stream().toList());
        HubLog.apply(config.log());
        Hub hub = start(config);
        LOG.log(
                Level.INFO,
                "wherry-hub {0} is ready after {1} ms: {2}",
                Version.CURRENT,
                Long.toString(Duration.between(begin, main.clock().instant()).toMillis()),
                options.folder().path());
        LOG.log(Level.INFO, "pages for people with a browser: {0}", config.pages());
        CountDownLatch ended = new CountDownLatch(1);
        Optional<SdNotify> manager = SdNotify.of(main.environment());
        Runnable end = () -> {
            manager.ifPresent(SdNotify::stopping);
            hub.close();
            ended.countDown();
        };
        if (!ShutdownHook.register("shutdown", end)) {
            end.run(); // told to end while it started: nobody shall think it serves
            return ExitCode.OK.code();
        }
        manager.ifPresent(m -> m.ready("serves " + String.join(", ", config.hostnames())));
        ended.await(); // a signal ends the process while this thread waits
        return ExitCode.OK.code();
    }

    /** A port that is taken is no bug: a sentence instead of a stack trace. */
    private Hub start(HubConfig config) {
        try {
            return Hub.start(options.folder(), config, main.clock());
        } catch (ConfigurationException e) {
            throw new HubException(ExitCode.BLOCKED, String.valueOf(e.getMessage()));
        } catch (AgentPortException | ApiPortException e) {
            throw new HubException(
                    e.getMessage() + "; listen.* in the configuration names another, wherry-hub doctor --data "
                            + options.folder().path() + " looks at all",
                    e);
        }
    }
}
