package dev.tiercache.operator.desired;

import dev.tiercache.operator.crd.ApiSpec;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;

/** The address of the API. */
final class ApiService {
    private ApiService() {}

    static Service of(Names names, ApiSpec api) {
        return new ServiceBuilder()
                .withMetadata(names.owned(names.api(), Names.COMPONENT_API).build())
                .withNewSpec()
                .withType(api.service().type().toString())
                .withSelector(names.selector(Names.COMPONENT_API))
                .withPorts(new ServicePortBuilder()
                        .withName(ApiDeployment.PORT_NAME)
                        .withProtocol("TCP")
                        .withPort(api.service().port())
                        .withTargetPort(new IntOrString(ApiDeployment.PORT_NAME))
                        .build())
                .endSpec()
                .build();
    }
}
