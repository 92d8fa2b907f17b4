package io.wherry.e2e.program;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Debian's chromium, through its chromedriver and the WebDriver protocol; who uses it has a keyboard and no mouse.
 *
 * <p>A browser breaks off what it loads whenever a network of the machine comes or goes, as those of Docker do all the time. What it was told to load is
 * so loaded again.
 */
final class Chrome implements AutoCloseable {
    /** Far above what any page takes: a test that waits longer has found something. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Duration LOOK = Duration.ofMillis(200);
    private static final Pattern STARTED = Pattern.compile("started successfully on port (\\d+)");

    /** More than any page of ours has. */
    private static final int MAX_TABS = 80;

    static final String ENTER = "\uE007";
    private static final String TAB = "\uE004";

    private final Process driver;
    private final HttpClient client = HttpClient.newHttpClient();
    private final URI session;

    private Chrome(Process driver, URI session) {
        this.driver = driver;
        this.session = session;
    }

    /** @param folder gets the driver's log and the browser's profile */
    static Chrome start(Path folder) throws Exception {
        Path log = folder.resolve("chromedriver.log");
        Process driver = new ProcessBuilder("chromedriver", "--port=0")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            URI base = URI.create("http://127.0.0.1:" + port(driver, log) + "/session");
            Chrome unbound = new Chrome(driver, base);
            String id = ((Json.Obj) unbound.call("POST", "", capabilities(folder))).string("sessionId");
            return new Chrome(driver, URI.create(base + "/" + id));
        } catch (Exception | AssertionError e) {
            driver.destroy();
            throw e;
        }
    }

    private static String port(Process driver, Path log) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (driver.isAlive() && System.nanoTime() < end) {
            Matcher started = STARTED.matcher(Files.readString(log));
            if (started.find()) {
                return started.group(1);
            }
            Thread.sleep(LOOK.toMillis());
        }
        throw new AssertionError("chromedriver did not start: " + Files.readString(log));
    }

    private static Json.Obj capabilities(Path folder) {
        Json.Obj options = Json.object()
                .put(
                        "args",
                        List.of(
                                "--headless=new",
                                "--no-sandbox", // root, in a container: what it shows is our own
                                "--disable-dev-shm-usage",
                                "--disable-gpu",
                                "--window-size=1200,900",
                                "--user-data-dir=" + folder.resolve("chromium")))
                .build();
        Json.Obj wanted = Json.object()
                .put("acceptInsecureCerts", true) // of the hub's own authority
                .put(
                        "timeouts",
                        Json.object()
                                .put("script", PATIENCE.toMillis())
                                .put("pageLoad", PATIENCE.toMillis())
                                .build())
                .put("goog:chromeOptions", options)
                .put("goog:loggingPrefs", Json.object().put("browser", "ALL").build())
                .build();
        return Json.object()
                .put("capabilities", Json.object().put("alwaysMatch", wanted).build())
                .build();
    }

    private Json call(String method, String path, Json.Obj body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(session + path))
                .timeout(PATIENCE)
                .method(
                        method,
                        method.equals("POST")
                                ? BodyPublishers.ofString(JsonWriter.compact(body))
                                : BodyPublishers.noBody())
                .build();
        try {
            HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
            Json value = JsonReader.object(answer.body().getBytes(UTF_8))
                    .find("value")
                    .orElseThrow();
            if (answer.statusCode() != 200) {
                throw new WebDriverException(
                        value instanceof Json.Obj problem ? problem.string("message") : answer.body());
            }
            return value;
        } catch (IOException e) {
            throw new AssertionError("chromedriver: " + method + " " + path, e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** What the driver refused; its message says why. */
    static final class WebDriverException extends RuntimeException {
        WebDriverException(String message) {
            super(message);
        }
    }

    /** Goes to an address and waits until a page of ours is there. */
    void open(String address) {
        await("a page of ours at " + address, () -> {
            call("POST", "/url", Json.object().put("url", address).build());
            return isOurs();
        });
    }

    /** With its style: that may have been broken off too. */
    private boolean isOurs() {
        return script("return document.title.endsWith('Wherry') && document.styleSheets[0]?.cssRules.length > 0")
                .equals("true");
    }

    /** Goes to a page, until its script says that it keeps the page up to date. */
    void openLive(String address) {
        await("kept up to date: " + address, () -> {
            open(address);
            return later("""
                    const end = Date.now() + 10000;
                    const look = () => {
                      const said = document.getElementById('live-state').textContent;
                      if (said.includes('kept up to date') || Date.now() > end) done(said); else setTimeout(look, 100);
                    };
                    look();
                    """).equals(" · kept up to date");
        });
    }

    /** Sends keys to whatever has the focus. */
    void type(String keys) {
        List<Json> actions = new ArrayList<>();
        keys.codePoints().mapToObj(Character::toString).forEach(key -> {
            actions.add(Json.object().put("type", "keyDown").put("value", key).build());
            actions.add(Json.object().put("type", "keyUp").put("value", key).build());
        });
        Json.Obj keyboard = Json.object()
                .put("type", "key")
                .put("id", "keyboard")
                .put("actions", new Json.Arr(actions))
                .build();
        call(
                "POST",
                "/actions",
                Json.object().put("actions", new Json.Arr(List.of(keyboard))).build());
    }

    /** Goes on from element to element until the one of this name has the focus, and shows that it has. */
    void tabTo(String name) {
        List<String> passed = new ArrayList<>();
        for (int i = 0; i < MAX_TABS; i++) {
            type(TAB);
            String focused = script("const one = document.activeElement;"
                    + "return (one.labels?.[0] ?? one).textContent.replace(/\\s+/g, ' ').trim()");
            passed.add(focused);
            if (focused.equals(name)) {
                if (script("return getComputedStyle(document.activeElement).outlineStyle")
                        .equals("none")) {
                    throw new AssertionError(name + " has the focus, and nobody sees it");
                }
                return;
            }
        }
        throw new AssertionError(name + " cannot be reached by the keyboard: " + passed);
    }

    /** What a function of the page returns, as text. */
    String script(String body) {
        Json value = call(
                "POST",
                "/execute/sync",
                Json.object()
                        .put("script", "return String((() => {" + body + "})())")
                        .put("args", new Json.Arr(List.of()))
                        .build());
        return ((Json.Str) value).value();
    }

    /** What a function of the page gives to {@code done}, as text. */
    String later(String body) {
        Json value = call(
                "POST",
                "/execute/async",
                Json.object()
                        .put("script", "const done = arguments[0];" + body)
                        .put("args", new Json.Arr(List.of()))
                        .build());
        return ((Json.Str) value).value();
    }

    /** What a person reads. */
    String text() {
        return script("return document.body.innerText");
    }

    String path() {
        return script(
                "return location.protocol === 'https:' ? location.pathname : ''"); // a page that broke off has none
    }

    /** Light or dark, as the machine's settings say. */
    void scheme(String name) {
        Json.Obj feature = Json.object()
                .put("name", "prefers-color-scheme")
                .put("value", name)
                .build();
        command(
                "Emulation.setEmulatedMedia",
                Json.object().put("features", new Json.Arr(List.of(feature))).build());
    }

    void width(int pixels) {
        command(
                "Emulation.setDeviceMetricsOverride",
                Json.object()
                        .put("width", pixels)
                        .put("height", 900)
                        .put("deviceScaleFactor", 1)
                        .put("mobile", false)
                        .build());
    }

    private void command(String name, Json.Obj parameters) {
        call(
                "POST",
                "/goog/cdp/execute",
                Json.object().put("cmd", name).put("params", parameters).build());
    }

    /** Errors that the browser told on its console since the last time; not that a network came or went. */
    List<String> errors() {
        Json log = call("POST", "/se/log", Json.object().put("type", "browser").build());
        return ((Json.Arr) log)
                .items().stream()
                        .map(one -> (Json.Obj) one)
                        .filter(one -> one.string("level").equals("SEVERE"))
                        .map(one -> one.string("message"))
                        .filter(message -> !message.contains("ERR_NETWORK_CHANGED"))
                        .toList();
    }

    /** What the driver refuses is not there yet: a network came or went, a style broke off, the page that was asked is gone already. */
    void await(String what, BooleanSupplier there) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            String refused = "";
            try {
                if (there.getAsBoolean()) {
                    return;
                }
            } catch (WebDriverException e) {
                refused = "\n" + e.getMessage();
            }
            if (System.nanoTime() > end) {
                throw new AssertionError("not there: " + what + refused + "\n" + path() + "\n" + text());
            }
            try {
                Thread.sleep(LOOK.toMillis());
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    void awaitText(String text) {
        await(text, () -> text().contains(text));
    }

    @Override
    public void close() {
        try {
            call("DELETE", "", Json.object().build());
        } finally {
            client.close();
            driver.destroy();
        }
    }
}
