package dev.tiercache.service.web.openapi;

import dev.tiercache.service.report.ReportSource;
import dev.tiercache.service.web.WebConfiguration;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The parts of the document. */
@Configuration(proxyBeanMethods = false)
public class ApiDocumentConfiguration {

    /** What springdoc is made of costs a tenth of a start: it is made when somebody asks for the document. */
    @Bean
    static BeanFactoryPostProcessor springdocLater() {
        return factory -> {
            for (String name : factory.getBeanDefinitionNames()) {
                BeanDefinition bean = factory.getBeanDefinition(name);
                if (isOfSpringdoc(bean.getBeanClassName()) || isOfSpringdoc(bean.getFactoryBeanName())) {
                    bean.setLazyInit(true);
                }
            }
        };
    }

    /** Made when somebody asks for the document: a start does not pay for it. */
    @Bean
    OpenApiCustomizer apiDocument(ReportSource reports) {
        return found ->
                new ApiDocument(WebConfiguration.version(), ReportSchemas.of(reports.schema())).customise(found);
    }

    private static boolean isOfSpringdoc(@Nullable String name) {
        return name != null && name.startsWith("org.springdoc.");
    }
}
