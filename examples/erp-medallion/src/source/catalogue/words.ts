const split = (text: string): readonly string[] => text.trim().split(/\s*[|\n]\s*/);

export const givenNames = split(`
Marie|Jean|Camille|Pierre|Léa|Michel|Chloé|Philippe|Inès|Alain|Manon|Nicolas|Emma|Christophe|Sarah|Laurent|Julie|Frédéric
Céline|Stéphane|Nathalie|David|Isabelle|Olivier|Sandrine|Thierry|Valérie|Patrick|Sophie|Julien|Aurélie|Sébastien|Élodie|Thomas
Hélène|Antoine|Amélie|Guillaume|Zoé|Benoît|Noémie|Mickaël|Françoise|Mehdi|Agnès|Karim|Anaïs|Hugo|Océane|Lucas`);

export const surnames = split(`
Martin|Bernard|Thomas|Petit|Robert|Richard|Durand|Dubois|Moreau|Laurent|Simon|Michel|Lefebvre|Leroy|Roux|David|Bertrand|Morel
Fournier|Girard|Bonnet|Dupont|Lambert|Fontaine|Rousseau|Vincent|Müller|Lefèvre|Faure|André|Mercier|Blanc|Guérin|Boyer|Garnier
Chevalier|François|Legrand|Gauthier|Garcia|Perrin|Robin|Clément|Morin|Nicolas|Henry|Roussel|Mathieu|Gautier|Masson|Marchand
Duval|Denis|Dumont|Marie|Lemaire|Noël|Meyer|Dufour|Meunier|Brun|Blanchard|Giraud|Joly|Rivière|Lucas|Brunet|Gaillard|Barbier
Arnaud|Martinez|Gérard|Roche|Renard|Schmitt|Roy|Leroux|Colin|Vidal|Caron|Picard|Roger|Fabre|Aubert|Lemoine|Renaud|Dumas|Lacroix`);

export const tradeWords = split(`
Chauffage|Plomberie|Électricité|Climatisation|Boulangerie|Hôtel|Garage|Clinique|Résidence|Brasserie|Menuiserie|Imprimerie
Transports|Laboratoire|Pharmacie|Restaurant|Constructions|Domaine|Atelier|Cabinet|Coopérative|Conserverie|Scierie|Centre médical
Résidence seniors|Supermarché|Piscine|Fromagerie|Blanchisserie|Agence`);

export const tradeNames = split(`
des Alpes|du Lac|Saint-Michel|de la Gare|du Pont|des Tilleuls|du Vieux Moulin|de l'Étoile|du Parc|de la Vallée|des Remparts
du Marché|de la Forêt|des Deux Rives|du Château|de l'Avenir|des Lilas|de la Mairie|du Centre|de la Fontaine|de l'Ouest|du Midi`);

export const publicBodies = split(`
Mairie de|Communauté de communes de|Lycée de|Collège de|Centre hospitalier de|Office de l'habitat de|Syndicat des eaux de`);

export const legalForms = ["SARL", "SAS", "SA", "EURL", "SCI", "SNC"] as const;

export const streets = split(`
rue de la République|avenue Jean Jaurès|rue Victor Hugo|boulevard Gambetta|place de l'Église|rue des Écoles|chemin du Moulin
rue Pasteur|avenue de la Gare|allée des Tilleuls|rue du Général de Gaulle|impasse des Lilas|route de Lyon|quai de la Marne
zone artisanale Les Prés|rue des Artisans|rue Émile Zola|avenue du Maréchal Foch`);

export const townSaints = split(`
Martin|Pierre|Jean|Germain|Laurent|Hilaire|Georges|Julien|Aubin|Médard|Maurice|Étienne|Sauveur|Vincent|Léger|Michel|Rémy|Denis`);

export const townRoots = split(`
Villeneuve|Beaumont|Montreuil|Neuville|Fontenay|Châteauneuf|Bourg|Marigny|Roche|Chapelle|Verneuil|Mareuil|Aubigny|Vernon|Lacroix
Ferrières|Tilly|Moulins|Clairefontaine|Belleville|Grandchamp|Longueville|Rouvray|Savigny|Thury|Varennes|Courcelles|Fleury`);

export const townEnds = split(`
sur-Loire|sur-Seine|en-Bresse|sous-Bois|les-Bains|la-Forêt|le-Château|sur-Mer|aux-Bois|en-Vexin|le-Vieux|la-Ville|du-Bois
sur-Orge|les-Vignes|en-Plaine|sur-Saône|le-Grand|le-Petit|sur-Vienne|la-Rivière|des-Prés|d'Aval|d'Amont`);

export const contactFunctions = split(`
Gérant|Directeur|Directrice|Comptable|Responsable technique|Responsable achats|Assistante|Gardien|Chef d'atelier|Économe`);

export const itemUniverses: Readonly<Record<string, readonly string[]>> = {
  Chauffage: split(
    "Chaudières gaz|Chaudières bois|Radiateurs|Planchers chauffants|Brûleurs|Circulateurs|Vannes|Thermostats|Ballons|Conduits",
  ),
  Climatisation: split(
    "Splits muraux|Gainables|Pompes à chaleur|Groupes extérieurs|Fluides|Liaisons frigorifiques|Régulation|Ventilation",
  ),
  Plomberie: split(
    "Tubes cuivre|Tubes multicouches|Raccords|Robinetterie|Sanitaires|Évacuation|Traitement d'eau|Compteurs|Chauffe-eau",
  ),
  Électricité: split(
    "Câbles|Disjoncteurs|Tableaux|Appareillage|Éclairage|Chemins de câbles|Domotique|Photovoltaïque",
  ),
  Outillage: split("Outils à main|Électroportatif|Mesure|Échafaudages|Protection|Fixations"),
  Services: split(
    "Main-d'œuvre|Déplacements|Contrats|Mise en service|Études|Formation|Location|Dépannage|Télésurveillance|Divers",
  ),
};

export const brands = split(
  "Atlor|Bexia|Caldis|Dervo|Elmara|Frigal|Gerlin|Hydrane|Isovar|Jaloma|Kervent|Lumeo|Nordal|Oventis|Pyrel",
);

export const resolutionNotes = split(`
Remplacement de la pièce, essais conformes|Nettoyage et réglage|RAS|Purge du circuit, remise en pression|client absent, 2e passage à prévoir
Mise en service effectuée|Fuite réparée  au niveau du raccord|Attente pièce|Contrôle annuel effectué|Reset carte électronique`);

export const activitySubjects = split(`
Relance devis|Demande de rendez-vous|Suivi chantier|Réclamation|Question facture|Prise de commande|Visite de courtoisie
Renouvellement contrat|Demande de prix|Envoi documentation`);
