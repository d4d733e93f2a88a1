package dev.tiercache.service.page;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;

/** The page by what a person sees and does there. */
final class Dashboard {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Browser browser;
    private final String origin;

    Dashboard(Browser browser, int port) {
        this.browser = browser;
        this.origin = "http://127.0.0.1:" + port;
    }

    String origin() {
        return origin;
    }

    /** Goes there, with a query. */
    Dashboard open(String query) {
        browser.driver().get(origin + "/dashboard" + query);
        return this;
    }

    /** Goes there and waits for a report and for the state of Redis. */
    Dashboard openWithReport(String query) {
        open(query);
        until("a report", () -> shown("#report"));
        until("the state of Redis", () -> !text("#redis").equals("\u2013"));
        return this;
    }

    WebElement find(String selector) {
        return browser.driver().findElement(By.cssSelector(selector));
    }

    List<WebElement> all(String selector) {
        return browser.driver().findElements(By.cssSelector(selector));
    }

    String text(String selector) {
        return find(selector).getText();
    }

    List<String> texts(String selector) {
        return all(selector).stream().map(WebElement::getText).toList();
    }

    boolean shown(String selector) {
        return find(selector).isDisplayed();
    }

    void press(String selector) {
        find(selector).click();
    }

    /** Replaces what stands in a field. */
    void type(String selector, String text) {
        find(selector).clear();
        find(selector).sendKeys(text);
    }

    /** In one step: what is found in one may have been replaced in the next. */
    String attribute(String selector, String name) {
        return String.valueOf(browser.driver()
                .executeScript(
                        "return document.querySelector(arguments[0]).getAttribute(arguments[1])", selector, name));
    }

    /** What the badges beside the cache's title say. */
    List<String> badges() {
        return texts("#badges .badge");
    }

    /** What a step of the last read's way says: L1, L2 or origin. */
    String step(String tier) {
        return script("return document.querySelector(`#path [data-tier='" + tier + "'] .what`).textContent");
    }

    /** Waits until something is so; a part of the page that is replaced meanwhile is looked at again. */
    void until(String what, Callable<Boolean> condition) {
        await(what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .ignoreException(StaleElementReferenceException.class)
                .until(condition);
    }

    String script(String source) {
        return String.valueOf(browser.driver().executeScript(source));
    }

    /** Has the page note each text that a part of it has from now on, however short: looks from outside are too slow. */
    void watch(String selector) {
        script("""
                const part = document.querySelector("%s");
                window.seen = [];
                new MutationObserver(() => window.seen.push(part.textContent.replace(/\\s+/g, " ")))
                    .observe(part, {childList: true, subtree: true})""".formatted(selector));
    }

    /** What was noted, joined. */
    String watched() {
        return script("return window.seen.join(' | ')");
    }

    /** The result of a promise. */
    @Nullable
    Object promise(String source) {
        return browser.driver()
                .executeAsyncScript("const done = arguments[arguments.length - 1];" + source
                        + ".then(done, (e) => done('failed: ' + e));");
    }

    /** What axe finds wrong with the page as it is now: rule, and where. */
    List<?> accessibilityProblems() {
        browser.driver().executeScript(AXE);
        Object found = promise("""
                axe.run(document, {resultTypes: ['violations']})
                    .then((all) => all.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.target + ' ' + n.failureSummary)))""");
        return found instanceof List<?> list ? list : List.of(String.valueOf(found));
    }

    private static final String AXE = axe();

    private static String axe() {
        try (InputStream in = Objects.requireNonNull(Dashboard.class.getResourceAsStream("/axe.min.js"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
