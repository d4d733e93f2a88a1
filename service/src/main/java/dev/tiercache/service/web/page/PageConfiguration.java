package dev.tiercache.service.web.page;

import java.util.Map;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;

/** The parts of the page. */
@Configuration(proxyBeanMethods = false)
public class PageConfiguration {

    /** Not a controller: the document of the API is about the API. */
    @Bean
    SimpleUrlHandlerMapping page() {
        PageHandler handler = new PageHandler();
        return new SimpleUrlHandlerMapping(Map.of(PageHandler.PATH, handler, PageHandler.PATH + "/{file}", handler), 0);
    }
}
